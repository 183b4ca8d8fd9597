using Braid.Checking.Reports;

namespace Braid.Checking.Linearizability;

/// <summary>Why no order of the calls explains their results, in words.</summary>
/// <param name="Call">The number of the call that the sentence describes.</param>
/// <param name="Sentence">What that call did, and what it does in the orders that explain all other results.</param>
/// <param name="Orders">Each order, up to the first result that does not fit, if there are few.</param>
/// <param name="IsOfWait">Whether the call that the sentence describes never returned.</param>
internal sealed record Explanation(int Call, string Sentence, IReadOnlyList<string> Orders, bool IsOfWait)
{
    private const int MostOrders = 6;

    public static Explanation Of<TState>(IReadOnlyList<CallRecord> history, ISequentialSpecification<TState> specification)
        where TState : notnull
    {
        IReadOnlyList<string> orders = OrdersOf(history, specification);
        // Of several candidates, the last of the scenario, which is likelier to observe than to change. Not the last in time: equal results
        // in an equal real-time order must be explained in equal words.
        foreach (CallRecord call in history.Reverse())
        {
            IReadOnlyList<Outcome> others = new OutcomeSearch<TState>(history, specification, call).Find();
            if (others.Count > 0)
            {
                string otherwise = string.Join(" or ", others.Select(static outcome => outcome.Present));
                return new Explanation(
                    call.Number,
                    $"{Named(call)} {call.Outcome.Past}, but in every order of the calls that fits the other results it {otherwise}",
                    orders,
                    IsOfWait: !call.IsComplete);
            }
        }

        return new Explanation(
            history[^1].Number,
            $"no order of the calls gives these results, not even without one of them: {Text.Join(history.Select(Result))}",
            orders,
            IsOfWait: false);
    }

    private static string Named(CallRecord call) => $"{call.Thread.Name}: {call.Text}";

    private static string Result(CallRecord call) => $"{call.Text} {call.Outcome.Past}";

    private static IReadOnlyList<string> OrdersOf<TState>(
        IReadOnlyList<CallRecord> history, ISequentialSpecification<TState> specification)
        where TState : notnull
    {
        IReadOnlyList<Contradiction> orders = new ContradictionSearch<TState>(history, specification, MostOrders).Find();
        return orders.Count is 0 or > MostOrders ? []
            :
            [
                "one call after the other, in each order that is possible:",
                .. orders.Select(static order =>
                    $"  {string.Concat(order.Order.Select(static call => $"{Named(call)}{call.Outcome.InTable}; "))}" +
                    $"{Named(order.Call)} {order.Outcome.Present}, but it {order.Call.Outcome.Past}"),
            ];
    }
}
