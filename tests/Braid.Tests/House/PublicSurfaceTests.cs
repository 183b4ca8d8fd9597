namespace Braid.Tests;

/// <summary>The public surface is a reviewed file: a change of it is a difference somebody approves.</summary>
public sealed class PublicSurfaceTests : TimedTest
{
    private const string Approve = "BRAID_APPROVE";

    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        string approved = Path.Combine(Repository.Root, "docs", "api", "Braid.txt");
        string actual = PublicSurface.Of(typeof(Threading.Lock).Assembly);
        if (Environment.GetEnvironmentVariable(Approve) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(approved)!);
            File.WriteAllText(approved, actual);
        }

        Assert.True(File.ReadAllText(approved) == actual, $"The public surface is not the one in {approved}. If the change is meant, run the tests with {Approve}=1 and review the difference.");
    }
}
