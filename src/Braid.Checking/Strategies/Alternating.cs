namespace Braid.Checking.Strategies;

/// <summary>Random strategies that take turns. Each counts its own runs.</summary>
internal sealed class Alternating(params ISampler[] members) : ISampler
{
    private readonly ISampler[] _members = members;
    private ISampler _current = members[0];

    public bool Begin(int run)
    {
        _current = _members[run % _members.Length];
        return _current.Begin(run / _members.Length);
    }

    public int Choose(in ChoicePoint point) => _current.Choose(point);

    public void End(in RunSummary run) => _current.End(run);

    public ISampler Fork() => new Alternating([.. _members.Select(static member => member.Fork())]);

    public void Join(ISampler fork)
    {
        for (int i = 0; i < _members.Length; i++)
        {
            _members[i].Join(((Alternating)fork)._members[i]);
        }
    }

    public void Restart() => Array.ForEach(_members, static member => member.Restart());
}
