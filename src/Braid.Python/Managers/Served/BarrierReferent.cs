using Braid.Threading;

namespace Braid.Python;

/// <summary>A barrier. A client that goes while it waits breaks it.</summary>
/// <param name="typeid">The name of its type.</param>
/// <param name="barrier">The barrier.</param>
/// <param name="timeout">How long a party waits that says nothing of it.</param>
internal sealed class BarrierReferent(string typeid, IBarrier barrier, TimeSpan timeout) : Referent<BarrierReferent>(typeid)
{
    private static readonly MethodTable<BarrierReferent> s_methods = new MethodTable<BarrierReferent>()
        .Add("__getattribute__", "name", static (self, _, a) => self.Attribute(a[0]))
        .Add("wait", "timeout=None", static (self, caller, a) => (object)self.Wait(caller, a[0]))
        .Add("abort", "", static (self, _, _) => self._barrier.Abort())
        .Add("reset", "", static (self, _, _) => self._barrier.Reset());

    private readonly IBarrier _barrier = barrier;

    public override object Target => _barrier;

    protected override MethodTable<BarrierReferent> Methods => s_methods;

    private object? Attribute(object? name) => name switch
    {
        "parties" => (long)_barrier.Parties,
        "n_waiting" => (long)_barrier.Waiting,
        "broken" => _barrier.Broken,
        _ => throw Exceptions.Make("AttributeError", $"'Barrier' object has no attribute {PythonRepr.Of(name)}"),
    };

    private long Wait(Caller caller, object? given)
    {
        try
        {
            TimeSpan time = given is null ? timeout : Arguments.Time(given);
            return caller.WhilePresent(token => _barrier.TryWait(out int index, time, token)
                ? index
                : throw new BrokenBarrierException("The time was up, which breaks the barrier."));
        }
        catch (CallerGoneException)
        {
            _barrier.Abort();
            throw;
        }
    }
}
