using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>
/// Semaphore without a name. The maximum count of one made outside of control cannot be read, so it counts as unlimited.
/// </summary>
[Hooks(typeof(Semaphore))]
internal static class SemaphoreHooks
{
    public static Semaphore New(int initialCount, int maximumCount, ControlledThread thread, int site)
    {
        var made = new Semaphore(initialCount, maximumCount);
        thread.Execution.Resources.Get(made, thread.Execution, _ => new KernelSemaphoreResource(initialCount, maximumCount));
        return made;
    }

    public static int Release(Semaphore self, [Default(1)] int releaseCount, ControlledThread thread, int site)
    {
        if (thread.Execution.Ending)
        {
            return 0;
        }

        _ = self ?? throw new NullReferenceException();
        ArgumentOutOfRangeException.ThrowIfLessThan(releaseCount, 1);
        var semaphore = (KernelSemaphoreResource)KernelWaits.Of(thread, self, site);
        thread.StepGive(semaphore, site, othersCanTake: semaphore.IsFreeFor(thread));
        KernelWaits.RequireOpen(self);
        return semaphore.GiveBy(thread, releaseCount);
    }
}
