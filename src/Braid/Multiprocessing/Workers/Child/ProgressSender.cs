namespace Braid.Multiprocessing;

/// <summary>The progress target of a task in a worker.</summary>
internal sealed class ProgressSender<T> : IProgress<T>
{
    private readonly long _task = WorkerMain.Responses?.RunningTask ?? 0;

    public void Report(T value) => WorkerMain.Responses?.Send(FrameKind.Progress, _task, writer => Payload.Write(writer, value));

    /// <summary>A call that holds nothing but the function.</summary>
    public static Func<TResult> Call<TResult>(Func<IProgress<T>, TResult> function) => () => function(new ProgressSender<T>());
}
