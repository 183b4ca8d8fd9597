using System.Reflection;
using Braid.Checking.Testing;

namespace Braid.Checking.Tests;

/// <summary>Listing the tests of an assembly runs code of the program, and ends whatever that code does.</summary>
public sealed class TestListTests
{
    private const string NoData = "BRAID_TEST_NO_DATA";

    private static readonly string s_file = typeof(TestListTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static entry => entry.Key == "NUnitProject").Value!;

    [Fact]
    public void Data_whose_reading_never_ends_is_a_mistake_that_names_the_test()
    {
        Assert.Contains(TestList.Of(s_file), static test => test.Name == "NUnitProject.BankTests(7).Data_that_may_never_come(1)");
        Environment.SetEnvironmentVariable(NoData, "1");
        try
        {
            ArgumentException refusal = Assert.Throws<ArgumentException>(static () => TestList.Of(s_file, TimeSpan.FromSeconds(2)));
            Assert.StartsWith(
                "NUnitProject.dll cannot be searched for tests: reading the data of NUnitProject.BankTests.Data_that_may_never_come " +
                "does not end.",
                refusal.Message,
                StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(NoData, null);
        }
    }

    [Fact]
    public void Each_case_has_a_name_of_its_own()
    {
        IReadOnlyList<TestCase> tests = TestList.Of(s_file);
        Assert.Equal(tests.Count, tests.DistinctBy(static test => test.Name).Count());
        Assert.Contains(tests, static test => test is { Name: "NUnitProject.BankTests.Combined", Refusal: not null });
        Assert.Contains(tests, static test => test is { Name: "NUnitProject.BankTests.Skipped", Skip: "the branch is closed" });
    }
}
