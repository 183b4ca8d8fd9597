namespace Versus;

/// <summary>One figure of Braid's, and the name of CPython's figure beside it.</summary>
internal sealed record Row(string Name, double Value, string Unit, string Peer, bool MoreIsBetter = false)
{
    /// <summary>How much better Braid is than a peer.</summary>
    public double RatioTo(double peer) => MoreIsBetter ? Value / peer : peer / Value;
}
