using Braid.Threading;

namespace Braid.Tests;

/// <summary>What an actor, also one in another process, does at a shared condition.</summary>
internal static class ConditionActs
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task WaitOnce(Actor actor, Multiprocessing.Condition condition) => actor.Do(
        () =>
        {
            using Scope held = condition.EnterScope(Cancellation);
            condition.Wait(Cancellation);
        },
        async () =>
        {
            using (await condition.EnterScopeAsync(Cancellation))
            {
                await condition.WaitAsync(Cancellation);
            }
        });

    public static void Notify(Multiprocessing.Condition condition)
    {
        using Scope held = condition.EnterScope(Cancellation);
        condition.Notify();
    }
}
