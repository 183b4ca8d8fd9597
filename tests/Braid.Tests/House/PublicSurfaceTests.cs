using System.Reflection;

namespace Braid.Tests.House;

/// <summary>The public surface is a reviewed file: a change of it is a difference somebody approves.</summary>
public sealed class PublicSurfaceTests : TimedTest
{
    private const string Approve = "BRAID_APPROVE";

    [Theory]
    [InlineData("Braid")]
    [InlineData("Braid.Checking")]
    [InlineData("Braid.Checking.Xunit")]
    [InlineData("Braid.Python")]
    public void The_public_surface_is_the_approved_one(string assembly)
    {
        string approved = Path.Combine(Repository.Root, "docs", "api", $"{assembly}.txt");
        string actual = PublicSurface.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(approved)!);
            File.WriteAllText(approved, actual);
        }

        Assert.True(File.ReadAllText(approved) == actual, $"The public surface is not the one in {approved}. If the change is meant, run the tests with {Approve}=1 and review the difference.");
    }
}
