namespace Braid.Waiting;

/// <summary>A monitor for the kernel: it sleeps and wakes sleepers without being aborted by an interrupt.</summary>
/// <remarks>
/// <see cref="System.Threading.Thread.Interrupt"/> may strike wherever a thread blocks. Inside the kernel that would leave a gate half
/// entered or a wake undelivered, so an interrupt that arrives here is remembered and raised again at the caller's next wait.
/// </remarks>
internal static class UninterruptibleMonitor
{
    /// <summary>Runs a wait to its end, however often it is interrupted; the interrupt is kept for the caller's next wait.</summary>
    public static void Run<TState>(TState state, Action<TState> wait)
    {
        bool interrupted = false;
        while (true)
        {
            try
            {
                wait(state);
                break;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        if (interrupted)
        {
            System.Threading.Thread.CurrentThread.Interrupt();
        }
    }

    /// <summary>Raises an interrupt that came while the thread slept in the kernel, where the runtime does not see it.</summary>
    /// <exception cref="ThreadInterruptedException">The thread was interrupted.</exception>
    public static void ThrowIfInterrupted() => System.Threading.Thread.Sleep(0);

    /// <returns>Whether the thread was interrupted meanwhile.</returns>
    public static bool Enter(object monitor)
    {
        bool interrupted = false;
        while (true)
        {
            try
            {
                Monitor.Enter(monitor);
                return interrupted;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }
    }

    /// <returns>Whether the thread was interrupted meanwhile.</returns>
    public static bool Wait(object monitor)
    {
        try
        {
            Monitor.Wait(monitor);
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    public static void Exit(object monitor, bool interrupted)
    {
        Monitor.Exit(monitor);
        if (interrupted)
        {
            System.Threading.Thread.CurrentThread.Interrupt();
        }
    }

    public static void Pulse(object monitor)
    {
        bool interrupted = Enter(monitor);
        Monitor.Pulse(monitor);
        Exit(monitor, interrupted);
    }

    /// <summary>Disposes a registration and waits for its callback if it is running.</summary>
    public static void Dispose(CancellationTokenRegistration registration) => Run(registration, static taken => taken.Dispose());
}
