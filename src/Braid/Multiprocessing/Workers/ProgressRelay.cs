using System.Collections.Concurrent;

namespace Braid.Multiprocessing;

/// <summary>Passes on what a task in another process reports, in order, and then its outcome: on a thread that may run code of users.</summary>
internal abstract class ProgressRelay
{
    [ThreadStatic]
    private static ProgressRelay? t_running;

    private readonly ConcurrentQueue<Action> _steps = new();
    private int _isRunning;   // by Interlocked: 1 while a thread takes the steps

    /// <summary>The pool whose task reports; written once, before the task is submitted. Null when nobody can wait for it.</summary>
    public ProcessPool? Pool { get; init; }

    /// <summary>Whether the calling thread passes on what a task of the pool reports.</summary>
    public static bool IsRunningHere(ProcessPool pool) => t_running is { } running && running.Pool == pool;

    /// <summary>Takes a report that came as bytes.</summary>
    public unsafe void Take(byte* data, long bytes, bool carriesSegments)
    {
        try
        {
            FrameCopy.ReadElsewhere(data, bytes, carriesSegments, this, Report);
        }
        catch (OutOfMemoryException exception)
        {
            Post(() => Threading.Thread.ReportUnhandled(exception));   // a report that does not fit is lost; the supervisor must go on
        }
    }

    /// <summary>Does something after all reports so far.</summary>
    public void Post(Action step)
    {
        _steps.Enqueue(step);
        if (Interlocked.Exchange(ref _isRunning, 1) == 0)
        {
            Offload.Run(Drain);
        }
    }

    protected abstract void Report(Message report);

    private void Drain()
    {
        t_running = this;
        do
        {
            while (_steps.TryDequeue(out Action? step))
            {
                step();
            }

            Interlocked.Exchange(ref _isRunning, 0);   // a full fence: who posts after this sees it, and what was posted before is seen here
        }
        while (!_steps.IsEmpty && Interlocked.Exchange(ref _isRunning, 1) == 0);
        t_running = null;
    }
}

/// <inheritdoc/>
internal sealed class ProgressRelay<T>(IProgress<T> to) : ProgressRelay
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

/// <summary>What a task in a worker reports to.</summary>
internal sealed class ProgressSender<T> : IProgress<T>
{
    private readonly long _task = WorkerMain.Voice?.RunningTask ?? 0;

    public void Report(T value) => WorkerMain.Voice?.Send(FrameKind.Progress, _task, writer => Payload.Write(writer, value));

    /// <summary>A call that holds nothing but the function.</summary>
    public static Func<TResult> Call<TResult>(Func<IProgress<T>, TResult> function) => () => function(new ProgressSender<T>());
}
