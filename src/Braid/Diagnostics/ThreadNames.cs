namespace Braid.Diagnostics;

/// <summary>A thread's name for messages.</summary>
internal static class ThreadNames
{
    public static string Of(System.Threading.Thread thread) =>
        thread.Name is { Length: > 0 } name ? name : Of(thread.ManagedThreadId, null);

    public static string Of(int managedThreadId) =>
        Of(
            managedThreadId,
            Waiter.Registry.Snapshot().OfType<ThreadWaiter>()
                .FirstOrDefault(waiter => waiter.Thread.ManagedThreadId == managedThreadId)?.Thread.Name);

    private static string Of(int managedThreadId, string? name) =>
        name ?? (managedThreadId == 1 ? "MainThread" : $"thread {managedThreadId}");
}
