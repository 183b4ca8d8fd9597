using System.Reflection;
using BugZoo.Calls;

namespace Braid.Checking.Tests.Collections;

/// <summary>A few threads may call any members of what is made for several threads.</summary>
/// <remarks>
/// These tests run some pairs and triples of each kind, the same ones each time; bench/versus/Zoo --pairs and --triples run all of them.
/// </remarks>
public sealed class ConcurrentCallTests
{
    private const int Pairs = 8;
    private const int Triples = 4;
    private const int Seed = 1;

    private static readonly CheckOptions s_few = new() { Schedules = 70, Time = Timeout.InfiniteTimeSpan };

    private static readonly HashSet<string> s_leftOut =
    [
        "GetAlternateLookup", "TryGetAlternateLookup",                                              // types of their own
        "AsObservable", "AsObserver", "Encapsulate", "NullTarget",                                  // blocks of their own
        "Create",                                                                                   // of a stream
        "OnWriterCompleted", "OnReaderCompleted",                                                   // obsolete
        "Dispose", "AddToAny", "TryAddToAny", "TakeFromAny", "TryTakeFromAny",                      // not thread-safe
        "AvailableWaitHandle", "Choose",                                                            // refused by name
        "Fault",                                                                                    // docs/found.md
    ];

    public static TheoryData<string> Kinds => [.. ConcurrentCalls.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_public_member_has_its_operation(string kind)
    {
        HashSet<string> there = [.. ConcurrentCalls.Operations(kind).Select(name => name.Split(':')[0])];
        IEnumerable<string> members = ConcurrentCalls.TypesOf(kind)
            .SelectMany(type => type.GetMembers(
                BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(member => member is PropertyInfo or MethodInfo { IsSpecialName: false })
            .Select(member => member.Name)
            .Except(s_leftOut);
        Assert.Empty(members.Except(there));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_members_may_be_called_concurrently(string kind)
    {
        IReadOnlyList<string> operations = ConcurrentCalls.Operations(kind);
        var random = new Random(Seed);
        for (int i = 0; i < Pairs + Triples; i++)
        {
            (int one, int other, int third) = (random.Next(operations.Count), random.Next(operations.Count), random.Next(operations.Count));
            if (i < Pairs)
            {
                Passes(Check.Explore(() => ConcurrentCalls.Run(kind, one, other), s_few), kind, one, other);
            }
            else
            {
                Passes(Check.Explore(() => ConcurrentCalls.Run(kind, one, other, third), s_few), kind, one, other, third);
            }
        }
    }

    /// <summary>
    /// Enumerators take their stacks from pools that .NET keeps in statics, some of them per thread, for the life of the process.
    /// </summary>
    [Theory]
    [InlineData("ImmutableInterlocked: int, int")]
    [InlineData("ImmutableInterlocked: string, string")]
    [InlineData("ImmutableInterlocked: struct, struct")]
    [InlineData("ImmutableInterlocked: object, object")]
    public void Immutable_collections_may_be_read_concurrently(string kind)
    {
        foreach (int[] chosen in ReadingTriples(kind))
        {
            (int one, int other, int third) = (chosen[0], chosen[1], chosen[2]);
            Passes(Check.Explore(() => ConcurrentCalls.Run(kind, one, other, third), s_few), kind, chosen);
        }
    }

    private static IEnumerable<int[]> ReadingTriples(string kind)
    {
        IReadOnlyList<string> operations = ConcurrentCalls.Operations(kind);
        return ConcurrentCalls.Choices(kind, 3).Where(
            chosen => chosen.All(number => operations[number].StartsWith("read: ", StringComparison.Ordinal)));
    }

    private static void Passes(CheckReport report, string kind, params int[] chosen)
    {
        IEnumerable<string> names = chosen.Select(number => ConcurrentCalls.Operations(kind)[number]);
        Assert.True(
            report.Verdict == Verdict.Passed && report.Notes.All(IsPublication),
            $"{kind}, seed {Seed}: {string.Join(", ", names)}{Environment.NewLine}{report}");
    }

    /// <summary>A plain read of a field that another thread writes.</summary>
    private static bool IsPublication(string note) =>
        note.Contains("Fields.Array", StringComparison.Ordinal) && note.Contains("it is a reference", StringComparison.Ordinal);
}
