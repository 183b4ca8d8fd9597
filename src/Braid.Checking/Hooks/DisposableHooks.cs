namespace Braid.Checking.Hooks;

/// <summary>The end of a using statement, by which objects of .NET are disposed as well as the program's own.</summary>
[Hooks(typeof(IDisposable))]
internal static class DisposableHooks
{
    public static void Dispose(IDisposable self, int site)
    {
        switch (self)
        {
            case Timer timer:
                TimerHooks.Dispose(timer, site);
                break;
            case CancellationTokenSource source:
                CancellationTokenSourceHooks.Dispose(source, site);
                break;
            case CancellationTokenRegistration registration:
                CancellationTokenRegistrationHooks.Dispose(ref registration, site);
                break;
            case SemaphoreSlim semaphore:
                SemaphoreSlimHooks.Dispose(semaphore, site);
                break;
            case ManualResetEventSlim gate:
                ManualResetEventSlimHooks.Dispose(gate, site);
                break;
            case ReaderWriterLockSlim gate:
                ReaderWriterLockSlimHooks.Dispose(gate, site);
                break;
            case WaitHandle handle:
                WaitHandleHooks.Dispose(handle, site);
                break;
            default:
                self.Dispose();
                break;
        }
    }
}
