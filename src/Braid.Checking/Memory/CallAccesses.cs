using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>
/// What one call of a method that is not rewritten does to the memory that it is given: collected first, then announced and noted as one
/// step.
/// </summary>
/// <remarks>Each thread that runs controlled code has its own. No other thread runs between the first access and the last.</remarks>
internal sealed class CallAccesses
{
    private const int MostRecorded = 4_096;

    private readonly List<Variable> _known = [];
    private readonly List<nuint> _racing = [];
    private Entry[] _entries = new Entry[4];
    private int _count;

    /// <summary>How many elements the last range had, or the last collection that was measured.</summary>
    public nint Length { get; set; }

    /// <summary>Whether the call goes to rewritten code, where its real accesses are seen.</summary>
    public bool Ignored { get; set; }

    public void Add(nuint start, nuint end, int elementBytes, bool isReference, int site, ArgumentUse use)
    {
        if (!Ignored && end > start)
        {
            if (_count == _entries.Length)
            {
                Array.Resize(ref _entries, 2 * _count);
            }

            _entries[_count++] = new Entry(start, end, elementBytes, isReference, site, use);
        }
    }

    /// <summary>Announces all accesses, and notes those whose extent is known as done: the call follows.</summary>
    public void Announce(ControlledThread thread)
    {
        int count = _count;
        (_count, Ignored) = (0, false);
        if (count == 0)
        {
            return;
        }

        Variable? announced = null;
        int racy = Array.FindIndex(_entries, 0, count, entry => thread.Execution.Points.Contains(Sites.Point(entry.Site)));
        if (racy >= 0)
        {
            announced = Announce(thread, _entries[racy], count);
        }
        else
        {
            thread.Execution.CountTick();
        }

        for (int i = 0; i < count; i++)
        {
            if ((_entries[i].Use & ArgumentUse.Later) == 0)
            {
                Note(thread, _entries[i], announced);
            }
        }
    }

    /// <summary>Notes the accesses whose extent the call has shown as done.</summary>
    public void Note(ControlledThread thread)
    {
        int count = _count;
        (_count, Ignored) = (0, false);
        for (int i = 0; i < count; i++)
        {
            thread.Execution.CountTick();
            Note(thread, _entries[i], announced: null);
        }
    }

    /// <summary>A scheduling point. A loop that only reads, and sees no change, lets other threads go first.</summary>
    private Variable Announce(ControlledThread thread, in Entry entry, int count)
    {
        Variable variable = thread.Execution.Variables.At(entry.Start);
        bool writes = false;
        int changed = 0;
        _known.Clear();
        for (int i = 0; i < count; i++)
        {
            writes |= _entries[i].Writes;
            thread.Execution.Variables.AddKnown(_entries[i].Start, _entries[i].End, _known);
        }

        foreach (Variable known in _known)
        {
            changed = Math.Max(changed, known.WriteTick);
        }

        if (!writes && thread.IsSpinningOn(variable, changed, entry.Site))
        {
            thread.Execution.OnYield(thread);
        }

        thread.Step(entry.Kind, variable, entry.Site);
        return variable;
    }

    private void Note(ControlledThread thread, in Entry entry, Variable? announced)
    {
        Execution execution = thread.Execution;
        VariableTable variables = execution.Variables;
        if (execution.Recorder is { } recorder)
        {
            Record(thread, recorder, entry, announced);
        }

        // For each earlier call that races with this one, a location that both access.
        _racing.Clear();
        variables.Ranges.AddRacing(entry.Start, entry.End, entry.Writes, thread.Clock, _racing);
        foreach (nuint place in _racing)
        {
            variables.At(place);
        }

        if (entry.IsOnePlace)
        {
            variables.At(entry.Start);
        }

        _known.Clear();
        variables.AddKnown(entry.Start, entry.End, _known);
        foreach (Variable variable in _known)
        {
            if (entry.Writes)
            {
                MemoryAccess.NoteWrite(thread, variable, entry.Site, entry.IsReference && entry.IsOnePlace);
            }
            else
            {
                MemoryAccess.NoteRead(thread, variable, entry.Site, entry.IsReference);
            }
        }

        if (!entry.IsOnePlace || entry.ElementBytes > nint.Size)
        {
            var now = new Epoch(thread.Index, thread.Clock[thread.Index]);
            execution.TouchRange(thread, entry.Writes);
            variables.Ranges.Add(new RangeAccess(entry.Start, entry.End, now, entry.Writes)
            {
                Site = entry.Site,
                Shown = thread.Shown(entry.Site),
                Tick = execution.Tick,
            });
        }
    }

    /// <summary>In a report each element is a location by itself.</summary>
    private static void Record(ControlledThread thread, IRecorder recorder, in Entry entry, Variable? announced)
    {
        int recorded = 0;
        for (nuint address = entry.Start; address < entry.End && recorded < MostRecorded; address += (nuint)entry.ElementBytes, recorded++)
        {
            Variable variable = thread.Execution.Variables.At(address);
            if (variable != announced)
            {
                recorder.Step(thread, new Operation(entry.Kind, variable, entry.Site));
            }
        }
    }

    private readonly record struct Entry(nuint Start, nuint End, int ElementBytes, bool IsReference, int Site, ArgumentUse Use)
    {
        public bool Writes => (Use & ArgumentUse.Write) != 0;

        public OperationKind Kind => Writes ? OperationKind.Write : OperationKind.Read;

        public bool IsOnePlace => End - Start == (nuint)ElementBytes;
    }
}
