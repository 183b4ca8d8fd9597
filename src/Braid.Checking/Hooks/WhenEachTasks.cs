using Braid.Checking.Engine;

namespace Braid.Checking.Hooks;

/// <summary>The result of Task.WhenEach: the tasks in the order in which they complete.</summary>
/// <remarks>
/// As in .NET: the tasks count from the call on, in the order of completion; they are enumerated once, and the continuation that waits for
/// the next one never runs within its completion. All code here runs on the running thread, one thread at a time.
/// </remarks>
internal sealed class WhenEachTasks<T> : IAsyncEnumerable<T>, IAsyncEnumerator<T>
    where T : Task
{
    private readonly T[] _tasks;
    private readonly int _site;
    private readonly List<T> _completed = [];
    private int _taken;
    private bool _isEnumerated;
    private CancellationToken _token;
    private TaskCompletionSource<bool>? _next;

    public WhenEachTasks(T[] tasks, int site)
    {
        (_tasks, _site) = (tasks, site);
        foreach (T task in tasks)
        {
            if (task.IsCompleted)
            {
                _completed.Add(task);
            }
            else
            {
                InlineScheduler.After(task, static (completed, state) => ((WhenEachTasks<T>)state!).OnCompleted((T)completed), this);
            }
        }
    }

    public T Current => _completed[_taken - 1];

    public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (_isEnumerated)
        {
            return new WhenEachTasks<T>([], _site);
        }

        _isEnumerated = true;
        _token = cancellationToken;
        return this;
    }

    public ValueTask<bool> MoveNextAsync()
    {
        if (_taken == _tasks.Length || ControlledThread.Current is not { } thread)
        {
            return new ValueTask<bool>(false);
        }

        foreach (T task in _tasks)
        {
            TaskResource.Check(thread, task, _site);
        }

        if (_completed.Count >= ++_taken)
        {
            return new ValueTask<bool>(true);
        }

        _next = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> next = TaskResource.Watched(thread, _next.Task, _site, _tasks);
        return new ValueTask<bool>(_token.CanBeCanceled ? TaskHooks.Limited(thread, next, next.WaitAsync(_token), _site) : next);
    }

    public ValueTask DisposeAsync() => default;

    private void OnCompleted(T task)
    {
        _completed.Add(task);
        _next?.TrySetResult(true);
    }
}
