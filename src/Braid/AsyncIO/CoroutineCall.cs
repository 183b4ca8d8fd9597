using Braid.Futures;

namespace Braid.AsyncIO;

/// <summary>An async function that another thread posted to the loop, and its future in one.</summary>
/// <param name="loop">The loop.</param>
/// <param name="work">The function.</param>
/// <param name="described">The user's delegate, to name it.</param>
internal sealed class CoroutineCall<T>(EventLoop loop, Func<CancellationToken, Task<T>> work, Delegate described) : Future<T>
{
    private CancellationTokenSource? _stop;     // while it runs; only by code that runs in the loop

    private protected override bool CanStop => true;

    /// <summary>In the loop, or elsewhere after it has closed.</summary>
    public void Start()
    {
        if (loop.IsInLoop)
        {
            loop.CreateTask(Run, described);
        }
        else if (SetRunningOrNotifyCancel())
        {
            TrySetException(new InvalidOperationException("The event loop closed before the call began."));
        }
    }

    private protected override void OnCancelled() => loop.Post(new ReadyCall(static call => ((CoroutineCall<T>)call!).Stop(), this));

    private protected override void HelpAlong()
    {
        if (loop.IsInLoop)
        {
            throw new InvalidOperationException(
                "This would block the event loop's thread for a call that only the loop can run: await the future instead.");
        }
    }

    private async Task Run(CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        CancelScope.EnterOutermost(stop.Token);
        _stop = stop;       // before the state shows that it runs, so that a thread that then cancels it finds it
        try
        {
            if (!SetRunningOrNotifyCancel())
            {
                return;
            }

            RunsHere();
            PrepareResult(await work(stop.Token));
            TryFinish();
        }
        catch (OperationCanceledException)
        {
            Cancel();
        }
        catch (Exception exception)
        {
            if (!TrySetException(exception))
            {
                loop.Report($"{CallbackName.Of(described)} failed after its future was cancelled.", exception);
            }
        }
        finally
        {
            _stop = null;
        }
    }

    private void Stop()
    {
        if (_stop is { } stop)
        {
            loop.Cancel(stop);
        }
    }
}
