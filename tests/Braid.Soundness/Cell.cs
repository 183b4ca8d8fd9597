using System.Text;

namespace Braid.Soundness;

/// <summary>What an object of a program holds. Each kind of object uses what it needs.</summary>
internal sealed class Cell
{
    /// <summary>Who has the lock; -1 for nobody.</summary>
    public int Owner = -1;

    /// <summary>A field's value; how often a lock is entered.</summary>
    public int Number;

    /// <summary>An event is set; a source is cancelled; a collection is complete.</summary>
    public bool IsSet;
    public bool IsDisposed;

    /// <summary>Threads that wait, in order.</summary>
    public List<int> Line = [];

    /// <summary>What a collection holds, in order; keys and values in turn for a dictionary.</summary>
    public List<int> Items = [];

    /// <summary>For each permit of a semaphore that has been given: what has happened before.</summary>
    public List<ulong> Permits = [];

    /// <summary>The accesses that have happened before whatever is done by whoever comes next to this.</summary>
    public ulong Published;

    public Cell Copy()
    {
        var copy = (Cell)MemberwiseClone();
        (copy.Line, copy.Items, copy.Permits) = ([.. Line], [.. Items], [.. Permits]);
        return copy;
    }

    public void AddTo(StringBuilder key) =>
        key.Append(Owner).Append(',').Append(Number).Append(IsSet ? 's' : '.').Append(IsDisposed ? 'd' : '.').AppendJoin('-', Line).Append('|').AppendJoin('-', Items).Append('|')
            .AppendJoin('-', Permits).Append('|').Append(Published).Append(';');
}
