using System.Globalization;
using Braid.Multiprocessing;

namespace Braid.Stress;

/// <summary>What producers have put and consumers have taken, written in shared memory by themselves before and after, so that it survives them. It travels.</summary>
internal sealed class QueueBooks : IDisposable
{
    public const int MostItems = 1 << 14;   // of one producer in one line

    private const int Nobody = 0;
    private const int Lines = Victims.MostNumbers * QueueLines.Kinds;

    private readonly RawArray<int> _begun = new(Lines);                        // by the producer: the item it has begun to put last
    private readonly RawArray<int> _ended = new(Lines);                        // by the producer: the item whose put has returned last
    private readonly RawArray<ushort> _takers = new((long)Lines * MostItems);  // by exchange: who has taken an item, from 1
    private readonly RawArray<int> _busy = new(Victims.MostNumbers);           // by the consumer: the line it takes from, and how many at most; 0: all it has taken is booked
    private readonly RawArray<int> _tokens = new(Victims.MostNumbers);         // by the process: its token
    private readonly RawValue<int> _stage = new();                             // by the parent: 1, producers are to leave; 2, consumers too

    public int Stage
    {
        get => _stage.Value;
        set => _stage.Value = value;
    }

    public void Introduce(int number) => _tokens[number] = ProcessTable.Self;

    public int TokenOf(int number) => _tokens[number];

    /// <returns>The next item; null when there is no place for it in the books.</returns>
    public QueueItem? Begin(int number, int kind)
    {
        int sequence = _ended[Line(number, kind)] + 1;
        if (sequence >= MostItems)
        {
            return null;
        }

        Volatile.Write(ref _begun[Line(number, kind)], sequence);
        return new QueueItem(kind, number, sequence);
    }

    public void WasPut(QueueItem item) => Volatile.Write(ref _ended[Line(item.Producer, item.Kind)], item.Sequence);

    public void BeginTaking(int number, int kind, int most) => Volatile.Write(ref _busy[number], ((kind + 1) << 16) | most);

    public void EndTaking(int number) => Volatile.Write(ref _busy[number], 0);

    /// <summary>From which line a dead consumer may have taken items that it did not book, and how many at most.</summary>
    public (int Kind, int Most)? BusyOf(int number) => Volatile.Read(ref _busy[number]) is > 0 and int busy ? ((busy >> 16) - 1, busy & 0xFFFF) : null;

    /// <exception cref="InvalidDataException">Somebody has taken it before, or nobody has begun to put it.</exception>
    public void WasTaken(QueueItem item, int taker)
    {
        ushort other = Interlocked.Exchange(ref _takers[Place(item)], (ushort)(taker + 1));
        if (other != Nobody)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{item} was taken twice: by {other - 1} and by {taker}."));
        }

        if (item.Sequence > Volatile.Read(ref _begun[Line(item.Producer, item.Kind)]))
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{item} was taken by {taker}, but its producer has not begun to put it."));
        }
    }

    /// <summary>How many puts have returned.</summary>
    public long CountOf(int kind) => Enumerable.Range(0, Victims.MostNumbers).Sum(number => (long)_ended[Line(number, kind)]);

    /// <summary>Those whose put has returned, and which nobody has booked.</summary>
    public IReadOnlyList<QueueItem> LostIn(int kind) =>
    [
        .. from number in Enumerable.Range(0, Victims.MostNumbers)
           from sequence in Enumerable.Range(1, _ended[Line(number, kind)])
           let item = new QueueItem(kind, number, sequence)
           where _takers[Place(item)] == Nobody
           select item,
    ];

    public void Dispose()
    {
        IDisposable[] all = [_begun, _ended, _takers, _busy, _tokens, _stage];
        Array.ForEach(all, one => one.Dispose());
    }

    private static long Place(QueueItem item) => ((long)Line(item.Producer, item.Kind) * MostItems) + item.Sequence;

    private static int Line(int number, int kind) => (number * QueueLines.Kinds) + kind;
}
