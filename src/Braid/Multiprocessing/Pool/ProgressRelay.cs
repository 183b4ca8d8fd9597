namespace Braid.Multiprocessing;

/// <summary>
/// Passes on the reports of a task in another process, in order, and then its outcome, on a thread that may run user code.
/// </summary>
/// <param name="pool">The pool whose task reports.</param>
internal abstract class ProgressRelay(ProcessPool pool)
{
    /// <summary>Work posted here runs after all reports so far.</summary>
    public SerialQueue Queue { get; } = new(pool);

    /// <summary>Whether the calling thread is passing on the reports of a task of the pool.</summary>
    public static bool IsRunningHere(ProcessPool pool) => SerialQueue.CurrentOwner == pool;

    /// <summary>Takes a report that arrived as bytes.</summary>
    public unsafe void Take(byte* data, long bytes, bool carriesSegments)
    {
        try
        {
            FrameCopy.ReadElsewhere(data, bytes, carriesSegments, pool.Source, Queue, Report);
        }
        catch (Exception exception)
        {
            // a report for which there is no room is lost; the supervisor must go on
            Queue.Post(() => Threading.Thread.ReportUnhandled(exception));
        }
    }

    protected abstract void Report(Message report);
}

/// <inheritdoc/>
internal sealed class ProgressRelay<T>(ProcessPool pool, IProgress<T> to) : ProgressRelay(pool)
{
    protected override void Report(Message report)
    {
        Exception? failure = null;
        try
        {
            to.Report(report.Read<T>());
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (failure is not null)
        {
            Threading.Thread.ReportUnhandled(failure);
        }
    }
}
