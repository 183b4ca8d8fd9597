namespace Braid.Tests;

/// <summary>An await that was begun and can be cancelled. It is settled in the call that settles it, so a model can look at once.</summary>
internal sealed class Awaited<T>
{
    private readonly CancellationTokenSource _cancel = new();
    private readonly ValueTask<T> _task;

    public Awaited(Func<CancellationToken, ValueTask<T>> begin) => _task = begin(_cancel.Token);

    public bool IsPending => !_task.IsCompleted;

    public void Cancel() => _cancel.Cancel();

    public void AssertEndedWith(T result)
    {
        Assert.True(_task.IsCompleted);
        Assert.Equal(result, _task.Result);
    }

    public void AssertFailed<TException>()
        where TException : Exception
    {
        Assert.True(_task.IsCompleted);
        Assert.Throws<TException>(() => (object)_task.Result!);
    }
}
