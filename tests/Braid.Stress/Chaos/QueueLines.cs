using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>One of each thing through which items go from process to process. It travels.</summary>
internal sealed class QueueLines : IDisposable
{
    public const int Kinds = 5;
    public const int Joinable = 2;

    private const int SimpleKind = 3;
    private const int MostWaiting = 100;   // where nothing else limits the items

    private readonly Multiprocessing.Queue<byte[]>[] _queues = [new(maxsize: 6), new(), new JoinableQueue<byte[]>(maxsize: 20)];
    private readonly SimpleQueue<byte[]> _simple = new();
    private readonly Connection _receiver;
    private readonly Connection _sender;

    public QueueLines() => (_receiver, _sender) = Pipe.Create(duplex: false);

    public long Unfinished => _queues[Joinable].UnfinishedTasks;

    public static string NameOf(int kind) => kind switch
    {
        0 => "bounded Queue",
        1 => "Queue",
        Joinable => "JoinableQueue",
        SimpleKind => "SimpleQueue",
        _ => "Pipe",
    };

    /// <returns>False when there was no room, or no time; nothing was put then.</returns>
    public bool TryPut(int kind, byte[] item, Random random)
    {
        var timeout = TimeSpan.FromMilliseconds(random.Next(30));
        switch (kind)
        {
            case SimpleKind:
                if (_simple.Qsize < MostWaiting)
                {
                    _simple.Put(item);
                    return true;
                }

                return false;
            case < SimpleKind when _queues[kind] is { Maxsize: 0, Qsize: >= MostWaiting }:
                return false;
            case < SimpleKind:
                return random.Next(3) switch
                {
                    0 => _queues[kind].TryPut(item),
                    1 => _queues[kind].TryPutAsync(item, timeout).AsTask().GetAwaiter().GetResult(),
                    _ => _queues[kind].TryPut(item, timeout),
                };
            default:
                return TrySend(item, timeout);
        }
    }

    /// <returns>Some items, or none when there was none in time.</returns>
    public byte[][] Get(int kind, int most, TimeSpan timeout, bool awaits)
    {
        byte[]? item;
        switch (kind)
        {
            case SimpleKind:
                return _simple.TryGet(out item, timeout) ? [item] : [];
            case < SimpleKind when most > 1:
                return awaits ? _queues[kind].TryGetManyAsync(most, timeout).AsTask().GetAwaiter().GetResult() : _queues[kind].TryGetMany(most, timeout);
            case < SimpleKind when awaits:
                return _queues[kind].TryGetAsync(timeout).AsTask().GetAwaiter().GetResult() is (true, { } got) ? [got] : [];
            case < SimpleKind:
                return _queues[kind].TryGet(out item, timeout) ? [item] : [];
            default:
                return _receiver.TryRecv<byte[]>(out item, timeout) ? [item] : [];
        }
    }

    public void TaskDone() => _queues[Joinable].TaskDone();

    public bool TryJoin(TimeSpan timeout) => _queues[Joinable].TryJoin(timeout);

    /// <summary>Whether a process that has died may have taken an item that it has not come back from.</summary>
    public bool MayHaveTaken(int kind, int token) => kind switch
    {
        < SimpleKind => _queues[kind].TakenBy(token) != 0,
        SimpleKind => Multiprocessing.Queue<byte[]>.Over(((IShared)_simple).Segment).TakenBy(token) != 0,
        _ => ((PipeTransport)_receiver.Transport).Incoming.Peers.TakenBy(token) != 0,
    };

    public override string ToString() => $"{string.Join("; ", _queues.Select(queue => queue.ToString()))}; {_simple}";

    public void Dispose()
    {
        Array.ForEach(_queues, queue => queue.Dispose());
        _simple.Dispose();
        _receiver.Dispose();
        _sender.Dispose();
    }

    private bool TrySend(byte[] item, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);
        try
        {
            _sender.Send(item, patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
