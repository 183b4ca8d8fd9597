namespace Braid.Futures;

/// <summary>Called when a future is done, before its callbacks: code of Braid's own, which is quick and runs no user code.</summary>
/// <remarks>
/// It listens to one future at a time. Unlike a callback it can be removed again, at a constant cost, and it is never deferred.
/// </remarks>
internal abstract class FutureListener
{
    /// <summary>
    /// Neighbours among the future's listeners. Guarded by the gate of its waiters; once the future is done, by the thread that calls them.
    /// </summary>
    internal FutureListener? Next, Previous;

    public abstract void OnDone(Future future);

    /// <summary>Calls each of a list, in order.</summary>
    public static void CallAll(FutureListener? first, Future future)
    {
        while (first is not null)
        {
            FutureListener listener = first;
            first = listener.Next;
            listener.Next = null;
            try
            {
                listener.OnDone(future);
            }
            catch (Exception exception)
            {
                // a synchronization context rejected a continuation; the others must be called all the same
                Threading.Thread.ReportUnhandled(exception);
            }
        }
    }
}
