using System.Threading.Tasks;
using Kernel.Analyzers.Rules.Locks;
using Xunit;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>Bodies in which nothing has the name of a lock's use, nor of anything with a contract: only what they call has to do with one.</summary>
public class KMEM303CallerTests
{
    private static Task Verify(string members, string others = "") =>
        KernelVerifier<LockAnalyzer>.VerifyAnalyzerAsync(LockSource.With(members, others));

    [Fact]
    public Task A_helper_of_a_helper_takes_the_lock() => Verify("""
        private void Begin() => _gate.Enter();
        private void Prepare() => Begin();
        private void Start() => Prepare();
        public void Work() { {|KMEM303:Start()|}; }
        """);

    [Fact]
    public Task A_helper_of_a_helper_that_releases_it_again_is_quiet() => Verify("""
        private void Begin() => _gate.Enter();
        private void End() => _gate.Exit();
        private void Start() => Begin();
        private void Stop() => End();
        public void Work() { Start(); Stop(); }
        """);

    [Fact]
    public Task Another_method_of_that_name_is_quiet() => Verify(
        """
        private void Begin() => _gate.Enter();
        private void End() => _gate.Exit();
        public void Work() { Begin(); End(); }
        """,
        "public class Clock { private void Begin() { } public void Work() { Begin(); } }");

    [Fact]
    public Task A_statement_that_locks_is_no_name() => Verify("""
        private readonly object _all = new object();
        private void Begin() { lock (_all) { } }
        public void Work() { Begin(); lock (_all) { Begin(); } }
        """);
}
