using Braid.Threading;

namespace Braid.Python;

/// <summary>An event.</summary>
internal sealed class EventReferent(string typeid, IEvent flag) : Referent<EventReferent>(typeid)
{
    private static readonly MethodTable<EventReferent> s_methods = new MethodTable<EventReferent>()
        .Add("is_set", "", static (self, _, _) => (object)self._flag.IsSet)
        .Add("set", "", static (self, _, _) => self._flag.Set())
        .Add("clear", "", static (self, _, _) => self._flag.Clear())
        .Add("wait", "timeout=None", static (self, caller, a) => (object)self.Wait(caller, Arguments.Time(a[0])));

    private readonly IEvent _flag = flag;

    public override object Target => _flag;

    protected override MethodTable<EventReferent> Methods => s_methods;

    private bool Wait(Caller caller, TimeSpan timeout) =>
        _flag.IsSet || (timeout != TimeSpan.Zero && caller.WhilePresent(token => _flag.TryWait(timeout, token)));
}
