using System.Diagnostics;
using System.Reflection;
using Braid.Checking.Engine;
using Braid.Checking.Rewriting;
using Braid.Checking.Strategies;

namespace Braid.Checking;

/// <summary>Searches for a schedule that shows a fault.</summary>
internal sealed class Explorer : IDisposable
{
    private readonly CheckOptions _options;
    private readonly Action _body;
    private readonly SubjectContext _context;
    private readonly Execution _execution;
    private readonly Points _points = new();

    public Explorer(SubjectContext context, Action body, CheckOptions options)
    {
        (_context, _body, _options) = (context, body, options);
        _execution = new Execution(new ExecutionSettings { Clock = options.Clock, MaxSteps = options.MaxSteps, BeforeRun = context.ResetStatics, BeforeThread = context.ResetThreadStatics });
    }

    public Execution Execution => _execution;

    public int RunMany(IStrategy strategy, int n)
    {
        for (int run = 0; run < n && strategy.Begin(run); run++)
        {
            Points points = _points.Copy();
            int collections = GC.CollectionCount(0);
            _execution.Run(_body, strategy, points);
            if (GC.CollectionCount(0) != collections)
            {
                run--;
                continue;
            }

            _points.Add(_execution.Found);
            if (_execution.Failure is not null)
            {
                return run + 1;
            }
        }

        return n;
    }

    public void Dispose() => _execution.Dispose();
}
