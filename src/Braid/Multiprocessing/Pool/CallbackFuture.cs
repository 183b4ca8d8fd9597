using Braid.Futures;

namespace Braid.Multiprocessing;

/// <summary>A call that is done once its callback has run. Its outcome is that of the call itself.</summary>
internal static class CallbackFuture
{
    /// <returns>The call itself if there is no callback.</returns>
    public static Future<T> After<T>(Future<T> call, Action<T>? callback, Action<Exception>? errorCallback, SerialQueue line)
    {
        if (callback is null && errorCallback is null)
        {
            return call;
        }

        var outcome = new Future<T>();
        call.AddDoneCallback(_ => line.Post(() =>
        {
            CallBack(call, callback, errorCallback);
            Copy(call, outcome);
        }));
        return outcome;
    }

    private static void CallBack<T>(Future<T> call, Action<T>? callback, Action<Exception>? errorCallback)
    {
        Exception? unhandled = null;
        try
        {
            if (call.Cancelled)
            {
                errorCallback?.Invoke(new OperationCanceledException("The call was cancelled."));
            }
            else if (call.Failure is { } failure)
            {
                errorCallback?.Invoke(failure);
            }
            else
            {
                callback?.Invoke(call.Result());
            }
        }
        catch (Exception exception)
        {
            unhandled = exception;
        }

        if (unhandled is not null)
        {
            Threading.Thread.ReportUnhandled(unhandled);
        }
    }

    private static void Copy<T>(Future<T> call, Future<T> outcome)
    {
        if (call.Cancelled)
        {
            outcome.Cancel();
        }
        else if (call.Failure is { } failure)
        {
            outcome.SetException(failure);
        }
        else
        {
            outcome.SetResult(call.Result());
        }
    }
}
