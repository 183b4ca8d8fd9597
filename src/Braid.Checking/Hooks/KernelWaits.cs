using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Finds the kernel objects of wait handles, and waits for them.</summary>
internal static class KernelWaits
{
    /// <summary>The kernel object of a handle. The state of one that was not made under control is probed and restored.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <param name="handle">An event, a mutex or a semaphore.</param>
    /// <param name="site">The site of the call.</param>
    /// <exception cref="ObjectDisposedException">The handle is disposed.</exception>
    public static KernelObject Of(ControlledThread thread, WaitHandle handle, int site)
    {
        RequireOpen(handle);
        if (handle is not (EventWaitHandle or Semaphore or Mutex))
        {
            Refusal.Stop($"a wait for a {handle.GetType()}", site);
        }

        return thread.Execution.Resources.Get<KernelObject, WaitHandle>(handle, thread.Execution, static made => made switch
        {
            EventWaitHandle signal => Adopt(signal),
            Semaphore semaphore => new KernelSemaphoreResource(CountOf(semaphore), int.MaxValue),
            _ => new MutexResource(),
        });
    }

    /// <summary>Called after each scheduling point, at which another thread may have disposed of the handle.</summary>
    /// <exception cref="ObjectDisposedException">The handle is disposed.</exception>
    public static void RequireOpen(WaitHandle handle) => ObjectDisposedException.ThrowIf(handle.SafeWaitHandle.IsClosed, handle);

    /// <summary>Waits for one handle.</summary>
    /// <returns>False on a timeout.</returns>
    public static bool WaitOne(ControlledThread thread, KernelObject target, WaitHandle handle, long timeout, int site)
    {
        KernelWait? wait = Wait(thread, [target], [handle], all: false, timeout, site);
        return wait is { Abandoned: >= 0 } ? throw new AbandonedMutexException(-1, handle) : wait is not null;
    }

    /// <summary>Waits for any of several handles, or for all at once.</summary>
    /// <returns>The wait, or null on a timeout.</returns>
    public static KernelWait? Wait(ControlledThread thread, KernelObject[] targets, WaitHandle[] handles, bool all, long timeout, int site)
    {
        var wait = new KernelWait(thread, targets, all, site) { Id = targets[0].Id };
        if (thread.InterruptPending)
        {
            thread.InterruptPending = false;
            throw new ThreadInterruptedException();
        }

        Resource announced = targets.Length == 1 ? targets[0] : wait;
        if (timeout == 0)
        {
            thread.StepAttempt(targets[0].Trying, announced, site);
        }
        else
        {
            thread.Step(targets[0].Waiting, announced, site);
        }

        Array.ForEach(handles, RequireOpen);
        if (wait.CanEnd)
        {
            wait.Take();
            return wait;
        }

        if (timeout == 0)
        {
            thread.Outcome("false");
            return null;
        }

        thread.Outcome(RecordedStep.Begins);
        return wait.Await(timeout) ? wait : null;
    }

    private static EventResource Adopt(EventWaitHandle made)
    {
        bool isSet = made.WaitOne(0);
        if (!isSet)
        {
            made.Set();
            made.WaitOne(0);
        }

        bool isAuto = !made.WaitOne(0);
        if (isSet)
        {
            made.Set();
        }
        else
        {
            made.Reset();
        }

        return new EventResource(isSet, isAuto);
    }

    private static int CountOf(Semaphore made) => made.WaitOne(0) ? made.Release() + 1 : 0;
}
