using System.Text;

namespace Braid.Soundness;

/// <summary>A moment in a run of a program.</summary>
internal sealed class State
{
    public required Runner[] Runners { get; init; }

    public required Cell[] Cells { get; init; }

    /// <summary>What each operation has returned.</summary>
    public required string[] Results { get; init; }

    /// <summary>Virtual time, in microseconds.</summary>
    public int Now { get; set; }

    /// <summary>The accesses that have been made, as bits.</summary>
    public ulong Accesses { get; set; }

    /// <summary>How the run has ended, if it has.</summary>
    public string? End { get; set; }

    public State Copy() => new()
    {
        Runners = Array.ConvertAll(Runners, runner => runner.Copy()),
        Cells = Array.ConvertAll(Cells, cell => cell.Copy()),
        Results = [.. Results],
        Now = Now,
        Accesses = Accesses,
        End = End,
    };

    /// <summary>Equal for moments after which the same can happen, and at which the same has been returned.</summary>
    public string Key()
    {
        var key = new StringBuilder();
        key.Append(Now).Append(',').Append(Accesses).Append(',').Append(End).Append(';');
        Array.ForEach(Runners, runner => runner.AddTo(key));
        Array.ForEach(Cells, cell => cell.AddTo(key));
        return key.AppendJoin(',', Results).ToString();
    }
}
