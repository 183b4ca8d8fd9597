using System.Collections.Immutable;
using Braid.Checking.Engine;
using Braid.Checking.Linearizability;

namespace Braid.Checking.Tests.Linearizability;

/// <summary>Compares the search for a linearization with one that tries every order, over random histories of a bounded queue.</summary>
public sealed class LinearizationSearchTests
{
    private const int Histories = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_finds_an_order_whenever_there_is_one(int seed)
    {
        var random = new Random(seed);
        int linearizable = 0;
        for (int i = 0; i < Histories; i++)
        {
            var queue = new QueueCalls([.. Enumerable.Range(0, 7).Select(_ => random.Next(-1, 2))]);
            CallRecord[] history = Draw(random, queue);
            IReadOnlyList<CallRecord>? found = new LinearizationSearch<string>(history, queue).Find();
            CallRecord[]? expected = Orders(history).FirstOrDefault(order => Explains(order, history, queue));
            Assert.True((found is null) == (expected is null), $"seed {seed}, history {i}: {Text(history)}");
            if (found is not null)
            {
                linearizable++;
                Assert.True(Explains(found, history, queue), $"seed {seed}, history {i}: {Text(history)} is not {Text(found)}");
            }
        }

        Assert.InRange(linearizable, Histories / 10, Histories * 9 / 10);
    }

    [Fact]
    public void The_possible_outcomes_of_a_call_are_those_of_the_orders_that_explain_the_other_calls()
    {
        var random = new Random(4);
        int explained = 0;
        for (int i = 0; i < Histories; i++)
        {
            var queue = new QueueCalls([.. Enumerable.Range(0, 5).Select(_ => random.Next(-1, 2))]);
            CallRecord[] history = Draw(random, queue);
            CallRecord free = history[random.Next(history.Length)];
            Outcome was = free.Outcome;
            IReadOnlyList<Outcome> found = new OutcomeSearch<string>(history, queue, free).Find();
            HashSet<Outcome> expected = [];
            foreach (Outcome other in QueueCalls.Outcomes.Where(_ => was != Outcome.Waits))
            {
                free.Outcome = other;
                if (Orders(history).Any(order => Explains(order, history, queue)))
                {
                    expected.Add(other);
                }
            }

            free.Outcome = was;
            if (was != Outcome.Waits)
            {
                explained += expected.Count > 0 ? 1 : 0;
                Assert.True(expected.SetEquals(found), $"history {i}: {Text(history)}");
            }
        }

        Assert.True(explained > Histories / 10);
    }

    /// <summary>A few calls on a few threads, with the results of some order, one of which is sometimes changed.</summary>
    private static CallRecord[] Draw(Random random, QueueCalls queue)
    {
        ControlledThread[] threads = [.. Enumerable.Range(0, 3).Select(index => new ControlledThread(null, index, ""))];
        int[] now = new int[threads.Length];
        var calls = new CallRecord[random.Next(2, queue.Calls.Count + 1)];
        int[] threadOf = [.. calls.Select(_ => random.Next(threads.Length)).Order()];
        for (int i = 0; i < calls.Length; i++)
        {
            int thread = threadOf[i];
            int began = now[thread] + random.Next(1, 4);
            now[thread] = began + random.Next(0, 4);
            calls[i] = new CallRecord(i, queue.Text(i), threads[thread]) { Began = began, Ended = now[thread] };
        }

        string state = queue.Initial;
        foreach (CallRecord call in calls.OrderBy(call => call.Began + random.NextDouble() * (call.Ended - call.Began)))
        {
            (call.Outcome, state) = queue.Apply(state, call.Number);
        }

        if (random.Next(2) == 0)
        {
            calls[random.Next(calls.Length)].Outcome = QueueCalls.Outcomes[random.Next(QueueCalls.Outcomes.Length)];
        }

        foreach (CallRecord call in calls.Where(call => call.Outcome == Outcome.Waits))
        {
            call.Ended = int.MaxValue;
        }

        // A waiting thread makes no further calls.
        return
        [
            .. calls.Where(call => !Array.Exists(
                calls, other => !other.IsComplete && other.Thread == call.Thread && other.Number < call.Number)),
        ];
    }

    private static IEnumerable<CallRecord[]> Orders(IReadOnlyList<CallRecord> history)
    {
        CallRecord[] complete = [.. history.Where(call => call.Outcome != Outcome.Waits)];
        return Permutations(complete).Where(order => Enumerable.Range(0, order.Length).All(i =>
            Enumerable.Range(0, i).All(earlier => order[i].Thread == order[earlier].Thread
                ? order[earlier].Number < order[i].Number
                : order[i].Ended >= order[earlier].Began)));
    }

    private static IEnumerable<CallRecord[]> Permutations(CallRecord[] calls) =>
        calls.Length == 0
            ? [[]]
            : calls.SelectMany(
                first => Permutations([.. calls.Where(call => call != first)]).Select(rest => (CallRecord[])[first, .. rest]));

    private static bool Explains(IEnumerable<CallRecord> order, IReadOnlyList<CallRecord> history, QueueCalls queue)
    {
        string state = queue.Initial;
        foreach (CallRecord call in order)
        {
            (Outcome outcome, state) = queue.Apply(state, call.Number);
            if (!outcome.Equals(call.Outcome))
            {
                return false;
            }
        }

        return history.All(call => call.Outcome != Outcome.Waits || queue.Apply(state, call.Number).Outcome == Outcome.Waits);
    }

    private static string Text(IEnumerable<CallRecord> history) =>
        string.Join("; ", history.Select(call => $"{call.Thread.Name}: {call.Text}{call.Outcome.InTable} ({call.Began} to {call.Ended})"));

    /// <summary>
    /// Puts of 0 and 1, and gets (-1), on a queue of at most two items: a put waits while it is full, a get while it is empty.
    /// </summary>
    private sealed class QueueCalls(IReadOnlyList<int> calls) : ISequentialSpecification<string>
    {
        public static readonly ImmutableArray<Outcome> Outcomes =
        [
            Outcome.Returned(Result.None), Outcome.Returned('0'), Outcome.Returned('1'), Outcome.Waits,
        ];

        public IReadOnlyList<int> Calls => calls;

        public string Initial => "";

        public string Text(int call) => calls[call] < 0 ? "Get()" : $"Put({calls[call]})";

        public (Outcome Outcome, string Next) Apply(string state, int call)
        {
            bool isGet = calls[call] < 0;
            return state.Length == (isGet ? 0 : 2) ? (Outcome.Waits, state)
                : isGet ? (Outcome.Returned(state[0]), state[1..])
                : (Outcome.Returned(Result.None), $"{state}{calls[call]}");
        }
    }
}
