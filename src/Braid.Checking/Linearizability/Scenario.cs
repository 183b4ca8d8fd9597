using System.Buffers.Text;
using Braid.Checking.Reports;

namespace Braid.Checking.Linearizability;

/// <summary>A call of an operation: its number, and the number of the value of each argument.</summary>
internal sealed record ScenarioCall(int Operation, params int[] Arguments);

/// <summary>Which operations are called before the threads start, by each thread, and when all threads have ended.</summary>
/// <remarks>
/// In a replay string it is, as base64url without padding: the number of threads, then for each part, in the order below, the number of its
/// calls and each call as the number of the operation and those of its values. All are varints.
/// </remarks>
internal sealed class Scenario(
    IReadOnlyList<ScenarioCall> before, IReadOnlyList<IReadOnlyList<ScenarioCall>> threads, IReadOnlyList<ScenarioCall> after)
{
    public const int MostThreads = 6;
    public const int MostCalls = 6;      // of each part

    // A result that no order explains is compared with all of them.
    public const int MostOrders = 1_000_000;

    public static readonly Scenario Empty = new([], [], []);

    public IReadOnlyList<ScenarioCall> Before => before;

    public IReadOnlyList<IReadOnlyList<ScenarioCall>> Threads => threads;

    public IReadOnlyList<ScenarioCall> After => after;

    /// <summary>All parts: before, each thread, after.</summary>
    public IEnumerable<IReadOnlyList<ScenarioCall>> Parts => [before, .. threads, after];

    /// <summary>All calls, in the order of <see cref="Parts"/>: a call's place here is its number.</summary>
    public IReadOnlyList<ScenarioCall> Calls { get; } = [.. before, .. threads.SelectMany(static calls => calls), .. after];

    /// <summary>The calls that run concurrently.</summary>
    public int Concurrent => Calls.Count - before.Count - after.Count;

    /// <summary>The number of orders of the calls of this many threads with this many calls each.</summary>
    public static double Orders(int threads, int calls)
    {
        double orders = 1;
        for (int call = 1; call <= threads * calls; call++)
        {
            orders *= call / (double)((call - 1) % calls + 1);
        }

        return Math.Round(orders);
    }

    public override string ToString()
    {
        var bytes = new List<byte>();
        Add(threads.Count);
        foreach (IReadOnlyList<ScenarioCall> part in Parts)
        {
            Add(part.Count);
            foreach (ScenarioCall call in part)
            {
                Add(call.Operation);
                foreach (int argument in call.Arguments)
                {
                    Add(argument);
                }
            }
        }

        return Base64Url.EncodeToString([.. bytes]);

        void Add(int number)
        {
            for (; number > 0x7F; number >>= 7)
            {
                bytes.Add((byte)(number | 0x80));
            }

            bytes.Add((byte)number);
        }
    }

    /// <exception cref="FormatException">The text is no scenario of these operations.</exception>
    public static Scenario Parse(ReadOnlySpan<char> text, IReadOnlyList<ScenarioOperation> operations)
    {
        if (!Base64Url.IsValid(text))
        {
            throw Damaged();
        }

        var reader = new ScheduleStringReader(Base64Url.DecodeFromChars(text));
        var parts = new IReadOnlyList<ScenarioCall>[Limited(reader.Number(), MostThreads) + 2];
        for (int i = 0; i < parts.Length; i++)
        {
            var calls = new ScenarioCall[Limited(reader.Number(), int.MaxValue)];
            for (int j = 0; j < calls.Length; j++)
            {
                int number = Limited(reader.Number(), operations.Count - 1);
                int[] arguments = new int[operations[number].Arguments.Length];
                for (int k = 0; k < arguments.Length; k++)
                {
                    arguments[k] = Limited(reader.Number(), operations[number].Arguments[k].Length - 1);
                }

                calls[j] = new ScenarioCall(number, arguments);
            }

            parts[i] = calls;
        }

        return reader.Left == 0 ? new Scenario(parts[0], parts[1..^1], parts[^1]) : throw Damaged();

        int Limited(int number, int most) => number <= Math.Min(most, 64) ? number : throw Damaged();
    }

    private static FormatException Damaged() =>
        new("The replay string is damaged, or of other operations: its second part names calls that there are not. Copy the whole string " +
            "from the report, and replay it with the call of Check.Linearizable that it came from.");
}
