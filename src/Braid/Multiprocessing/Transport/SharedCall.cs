namespace Braid.Multiprocessing;

/// <summary>A rule that is awaited: kept here so that what it got can be read afterwards.</summary>
internal sealed class SharedCall<TRule>(TRule rule)
    where TRule : struct, ISharedRule
{
    private TRule _rule = rule;   // used by one thread at a time: whoever tries it, then whoever reads the result

    public ref TRule Rule => ref _rule;

    public ValueTask<bool> WaitAsync(IShared owner, TimeSpan timeout, CancellationToken token) =>
        SharedWait.WaitAsync(owner, new Reference(this), timeout, token);

    /// <summary>How many await this at the object in this process and have not tried yet, so that nothing in shared memory counts them.</summary>
    public static int CountBehindHead(IShared owner) => AwaitingLine<Reference>.Find(owner)?.CountBehindHead ?? 0;

    private readonly struct Reference(SharedCall<TRule> call) : ISharedRule
    {
        public bool TryTake(out FutexPoint sleepOn) => call._rule.TryTake(out sleepOn);

        public void GiveUp() => call._rule.GiveUp();
    }
}
