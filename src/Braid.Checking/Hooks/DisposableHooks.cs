using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>The end of a using statement, which disposes of objects of .NET as well as of the program's own.</summary>
[Hooks(typeof(IDisposable))]
[Hooks(typeof(IAsyncDisposable))]
internal static class DisposableHooks
{
    public static void Dispose(IDisposable self, ControlledThread thread, int site)
    {
        switch (self)
        {
            case ITimer timer when TimerHooks.Of(thread, timer) is not null:
                TimerHooks.DisposeAny(timer, thread, site);
                break;
            case CancellationTokenSource source:
                CancellationTokenSourceHooks.Dispose(source, thread, site);
                break;
            case CancellationTokenRegistration registration:
                CancellationTokenRegistrationHooks.Dispose(ref registration, thread, site);
                break;
            case SemaphoreSlim semaphore:
                SemaphoreSlimHooks.Dispose(semaphore, thread, site);
                break;
            case ManualResetEventSlim gate:
                ManualResetEventSlimHooks.Dispose(gate, thread, site);
                break;
            case ReaderWriterLockSlim gate:
                ReaderWriterLockSlimHooks.Dispose(gate, thread, site);
                break;
            case WaitHandle handle:
                WaitHandleHooks.Dispose(handle, thread, site);
                break;
            default:
                ObjectAccess.WriteObject(self, site);
                self.Dispose();
                break;
        }
    }

    public static ValueTask DisposeAsync(IAsyncDisposable self, ControlledThread thread, int site) =>
        self is ITimer timer && TimerHooks.Of(thread, timer) is not null
            ? TimerHooks.DisposeAnyAsync(timer, thread, site)
            : self.DisposeAsync();
}
