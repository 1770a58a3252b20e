using Kernel.Paging;
using Xunit;

namespace Kernel.Tests.Paging;

/// <summary>Rights and cache types as values, before any entry is made of them.</summary>
public sealed class PageAttributesTests
{
    /// <summary>Every name.</summary>
    public static TheoryData<string> Names => Rights.Names;

    /// <summary>Every cache type.</summary>
    public static TheoryData<CacheType> CacheTypes => [.. Rights.CacheTypes];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_named_combination_says_what_its_name_says(string name)
    {
        Rights rights = Rights.Named(name);
        Assert.Equal(rights.Writable, rights.Attributes.IsWritable);
        Assert.Equal(rights.User, rights.Attributes.IsUser);
        Assert.Equal(rights.Global, rights.Attributes.IsGlobal);
        Assert.Equal(rights.Executable, rights.Attributes.IsExecutable);
        Assert.Equal(CacheType.WriteBack, rights.Attributes.Cache);
    }

    [Theory]
    [MemberData(nameof(CacheTypes))]
    public void A_cache_type_comes_back_as_it_was_given(CacheType cache) =>
        Assert.Equal(cache, PageAttributes.KernelData.With(cache).Cache);

    [Theory]
    [MemberData(nameof(CacheTypes))]
    public void A_cache_type_replaces_the_one_before_and_leaves_the_rights_alone(CacheType cache)
    {
        foreach (CacheType before in Rights.CacheTypes)
        {
            PageAttributes attributes = PageAttributes.UserReadOnly.With(before).With(cache);
            Assert.Equal(cache, attributes.Cache);
            Assert.Equal(PageAttributes.UserReadOnly, attributes.With(CacheType.WriteBack));
        }
    }

    [Fact]
    public void Different_cache_types_are_different_attributes() =>
        Assert.NotEqual(PageAttributes.KernelData, PageAttributes.KernelData.With(CacheType.Uncached));

    [Fact]
    public void Different_rights_are_different_attributes()
    {
        Assert.NotEqual(PageAttributes.KernelData, PageAttributes.KernelReadOnly);
        Assert.NotEqual(PageAttributes.KernelReadOnly, PageAttributes.KernelCode);
        Assert.NotEqual(PageAttributes.KernelReadOnly.WithoutGlobal(), PageAttributes.UserReadOnly);
        Assert.NotEqual(PageAttributes.KernelData, PageAttributes.KernelData.WithoutGlobal());
    }

    [Fact]
    public void Taking_writing_away_and_giving_it_back_changes_nothing_else() =>
        Assert.Equal(PageAttributes.UserData, PageAttributes.UserData.WithoutWriting().WithWriting());

    [Fact]
    public void Meaning_it_is_no_difference_between_two_pages()
    {
        PageAttributes meant = PageAttributes.KernelCode.WithWritingAndExecution();
        PageAttributes same = PageAttributes.KernelCode.WithWriting();
        Assert.Equal(meant, same);
        Assert.Equal(meant.GetHashCode(), same.GetHashCode());
    }
}
