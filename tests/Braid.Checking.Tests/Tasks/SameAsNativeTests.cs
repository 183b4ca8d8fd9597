using System.Reflection;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Tasks;

/// <summary>
/// Under the checker, tasks behave as in .NET: each scenario, whose outcome depends on no schedule, runs natively and then in every
/// schedule.
/// </summary>
public class SameAsNativeTests
{
    public static TheoryData<string> Names() =>
    [
        .. typeof(TaskScenarios).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(static method => method.Name),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_behaves_as_in_NET(string name)
    {
        string expected = await Scenario(name);
        Explored.Runs(async () => Assert.Equal(expected, await Scenario(name)));
    }

    private static Task<string> Scenario(string name) => typeof(TaskScenarios).GetMethod(name)!.CreateDelegate<Func<Task<string>>>()();
}
