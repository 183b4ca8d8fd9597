namespace Braid.Tests;

internal static class Forever
{
    /// <summary>Awaits until it is cancelled.</summary>
    public static Task Until(CancellationToken token) => Task.Delay(Timeout.InfiniteTimeSpan, token);
}
