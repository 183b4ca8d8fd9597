using System.Globalization;
using Braid.Checking;
using Braid.Checking.Reports;

namespace Braid.Cli;

/// <summary>A line in the terminal that shows the progress of a search, and disappears when it ends.</summary>
internal sealed class LiveLine(TextWriter terminal) : IProgress<CheckProgress>, IDisposable
{
    private const string Clear = "\r\e[K";

    private readonly System.Threading.Lock _gate = new();
    private bool _isOver;   // guarded by _gate; a report may arrive when the search has just ended

    public void Report(CheckProgress value)
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                terminal.Write(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Clear}{value.Doing}: {Text.Count(value.Schedules, "schedule")}, {value.Rate:n0} a second"));
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            terminal.Write(Clear);
        }
    }
}
