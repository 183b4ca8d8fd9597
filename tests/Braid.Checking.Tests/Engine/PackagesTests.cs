using Braid.Checking.Rewriting;

namespace Braid.Checking.Tests.Engine;

/// <summary>Which assemblies are the user's and which are a package's.</summary>
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
    public void A_build_records_which_assemblies_come_from_packages(string assembly, bool isPackage)
    {
        Assert.Equal(isPackage, Packages.Beside(typeof(PackagesTests).Assembly.Location).Contains(assembly));

        // A library has no dependency file of its own where it was only copied to; the program beside it has one.
        Assert.Equal(isPackage, Packages.Beside(typeof(LibraryUse.LibraryBodies).Assembly.Location).Contains(assembly));
    }

    [Fact]
    public void Without_a_dependency_file_every_assembly_is_the_users()
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
