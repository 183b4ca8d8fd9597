using Braid.Checking.Rewriting;

namespace Braid.Checking.Tests.Engine;

/// <summary>What is the user's and what is a package's.</summary>
public sealed class PackagesTests
{
    [Theory]
    [InlineData("Polly.Core", true)]
    [InlineData("Microsoft.Extensions.ObjectPool", true)]
    [InlineData("mono.cecil.rocks", true)]
    [InlineData("Microsoft.Contoso", false)]
    [InlineData("LibraryUse", false)]
    [InlineData("Braid.Checking.Tests", false)]
    [InlineData("Nobody.Knows.It", false)]
    public void A_build_says_which_assemblies_are_of_packages(string assembly, bool isPackage)
    {
        Assert.Equal(isPackage, Packages.Beside(typeof(PackagesTests).Assembly.Location).Contains(assembly));

        // A library has no file of its own where it was only copied to: the program beside it knows.
        Assert.Equal(isPackage, Packages.Beside(typeof(LibraryUse.LibraryBodies).Assembly.Location).Contains(assembly));
    }

    [Fact]
    public void Where_no_build_has_left_a_word_all_is_the_users()
    {
        string folder = Directory.CreateTempSubdirectory("braid packages ").FullName;
        try
        {
            Assert.False(Packages.Beside(Path.Combine(folder, "Polly.Core.dll")).Contains("Polly.Core"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
