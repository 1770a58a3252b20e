using System.Threading.Tasks;
using Xunit;
using VerifyCS = Kernel.Analyzers.Tests.KernelVerifier<Kernel.Analyzers.Rules.Translation.FlushAnalyzer>;

namespace Kernel.Analyzers.Tests.Rules;

/// <summary>KMEM501: values that stand for a flush, and the duty that goes with them.</summary>
public class KMEM501FlushValueTests
{
    private static Task Verify(string members) => VerifyCS.VerifyAnalyzerAsync(KMEM501UnflushedEntryTests.With(members));

    [Fact]
    public Task A_flush_that_is_returned_hands_the_duty_on() => Verify("""
            public PendingFlush Unmap(ulong address)
            {
                *Find(address) = default;
                return new PendingFlush(address);
            }

            public (Error, PendingFlush) TryUnmap(ulong address)
            {
                *Find(address) = default;
                return (Error.None, new PendingFlush(address));
            }

            public Error Unmap(ulong address, out PendingFlush owed)
            {
                *Find(address) = default;
                owed = new PendingFlush(address);
                return Error.None;
            }

            public void Add(ulong address, ref PendingFlush owed)
            {
                *Find(address) = default;
                owed = owed.And(new PendingFlush(address));
            }

            public void Keep(ulong address)
            {
                *Find(address) = default;
                _owed = new PendingFlush(address);
            }
        """);

    [Fact]
    public Task A_parameter_that_only_reads_hands_nothing_on() => Verify("""
            public bool M(ulong address, PendingFlush earlier)
            {
                {|KMEM501:*Find(address)|} = default;
                return earlier.IsNone;
            }
        """);

    [Fact]
    public Task A_flush_that_is_kept_on_one_path_and_forgotten_on_another_is_reported() => Verify("""
            public static extern PendingFlush Unmap(ulong address);
            public void Bad(ulong address, int count)
            {
                PendingFlush owed = {|KMEM501:Unmap(address)|};
                if (count > 5)
                {
                    owed.Flush();
                }
            }

            public void Good(ulong address, int count)
            {
                PendingFlush owed = Unmap(address);
                if (count > 5)
                {
                    owed.Flush();
                    return;
                }

                owed.Flush();
            }
        """);

    [Fact]
    public Task A_flush_that_is_empty_need_not_be_flushed() => Verify("""
            public static extern PendingFlush Unmap(ulong address);
            public void M(ulong address)
            {
                PendingFlush owed = Unmap(address);
                if (!owed.IsNone)
                {
                    owed.Flush();
                }

                PendingFlush none = PendingFlush.None;
                if (address == 5)
                {
                    none.Flush();
                }
            }
        """);

    [Fact]
    public Task A_flush_that_comes_with_an_error_is_owed_without_one() => Verify("""
            public static extern Error TryUnmap(ulong address, out PendingFlush owed);
            public Error Good(ulong address)
            {
                Error error = TryUnmap(address, out PendingFlush owed);
                if (error != Error.None)
                {
                    return error;
                }

                owed.Flush();
                return Error.None;
            }

            public Error Bad(ulong address, int count)
            {
                Error error = TryUnmap(address, {|KMEM501:out PendingFlush owed|});
                if (error != Error.None || count == 5)
                {
                    return error;
                }

                owed.Flush();
                return Error.None;
            }
        """);

    [Fact]
    public Task Flushes_that_are_collected_in_a_loop_are_flushed_once() => Verify("""
            public static extern PendingFlush Unmap(ulong address);
            public void M(ulong address, int count)
            {
                PendingFlush all = PendingFlush.None;
                for (int index = 0; index < count; index++)
                {
                    all = all.And(Unmap(address + ((ulong)index << 12)));
                }

                all.Flush();
            }

            public PendingFlush Chosen(ulong address, bool flag)
            {
                PendingFlush owed = flag ? Unmap(address) : PendingFlush.None;
                return owed;
            }
        """);
}
