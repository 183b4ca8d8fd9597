namespace Braid.Checking.Hooks;

/// <summary>As <see cref="DisposableHooks"/>, for await using.</summary>
[Hooks(typeof(IAsyncDisposable))]
internal static class AsyncDisposableHooks
{
    public static ValueTask DisposeAsync(IAsyncDisposable self, int site) =>
        self is Timer timer ? TimerHooks.DisposeAsync(timer, site) : self.DisposeAsync();
}
