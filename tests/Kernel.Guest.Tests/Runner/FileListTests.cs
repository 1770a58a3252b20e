using Kernel.Runner;
using Xunit;

namespace Kernel.Guest.Tests.Runner;

public sealed class FileListTests
{
    [Fact]
    public void Lists_of_the_same_files_are_equal()
    {
        FileList list = new(["a", "b"]);

        Assert.True(list == new FileList(["a", "b"]));
        Assert.Equal(list.GetHashCode(), new FileList(["a", "b"]).GetHashCode());
        Assert.Equal(new FileList([]), default);
        Assert.Equal("a, b", list.ToString());
    }

    [Theory]
    [InlineData("b", "a")]
    [InlineData("a")]
    [InlineData("a", "B")]
    [InlineData("a", "b", "c")]
    public void Lists_of_other_files_differ(params string[] files) => Assert.True(new FileList(["a", "b"]) != new FileList(files));
}
