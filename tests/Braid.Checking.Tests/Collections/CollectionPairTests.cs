using System.Reflection;
using BugZoo.Collections;

namespace Braid.Checking.Tests.Collections;

/// <summary>Two threads may call any two members of a thread-safe collection.</summary>
/// <remarks>This test runs some pairs of each kind, different ones in each process; bench/versus/Zoo --pairs runs all of them.</remarks>
public sealed class CollectionPairTests
{
    private const int Pairs = 12;

    public static TheoryData<string> Kinds => [.. CollectionPairs.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_public_member_has_its_operation(string kind)
    {
        HashSet<string> there = [.. CollectionPairs.Operations(kind).Select(name => name.Split(':')[0])];
        IEnumerable<string> members = CollectionPairs.TypeOf(kind)
            .GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => member is PropertyInfo or MethodInfo { IsSpecialName: false })
            .Select(member => member.Name)
            .Except(
            [
                "GetAlternateLookup", "TryGetAlternateLookup",                              // types of their own
                "Dispose", "AddToAny", "TryAddToAny", "TakeFromAny", "TryTakeFromAny",      // not thread-safe,
            ]);
        Assert.Empty(members.Except(there));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_two_members_may_be_called_concurrently(string kind)
    {
        int count = CollectionPairs.Operations(kind).Count;
        var random = new Random(Environment.ProcessId);
        for (int i = 0; i < Pairs; i++)
        {
            (int one, int other) = (random.Next(count), random.Next(count));
            CheckReport report = Check.Explore(
                () => CollectionPairs.Run(kind, one, other), new CheckOptions { Schedules = 100, Time = Timeout.InfiniteTimeSpan });
            Assert.True(
                report.Verdict == Verdict.Passed && report.Notes.All(IsPublication),
                $"{kind}, {CollectionPairs.Operations(kind)[one]} and {CollectionPairs.Operations(kind)[other]}, {one} and " +
                $"{other}:{Environment.NewLine}{report}");
        }
    }

    /// <summary>A plain read of a field that another thread writes.</summary>
    private static bool IsPublication(string note) =>
        note.Contains("Fields.Array", StringComparison.Ordinal) && note.Contains("it is a reference", StringComparison.Ordinal);
}
