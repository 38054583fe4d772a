using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace NeuralCore.Files.Tests;

public sealed class ClassNamesTextTests
{
    [Property]
    public void Names_come_back(NonNull<string>[] names)
    {
        string[] written = [.. names.Select(name => name.Get)];
        Assert.Equal(written, ClassNamesText.Read(ClassNamesText.Write(written)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cat, dog")]
    [InlineData("""{"0":"cat"}""")]
    [InlineData("""["cat" """)]
    public void A_text_in_another_form_has_no_names(string? text) => Assert.Null(ClassNamesText.Read(text));
}
