namespace Versus;

internal static class Figures
{
    /// <summary>The median of the rounds.</summary>
    public static double Median(int rounds, Func<double> measure)
    {
        double[] figures = [.. Enumerable.Range(0, rounds).Select(_ => measure()).Order()];
        return (figures[(rounds - 1) / 2] + figures[rounds / 2]) / 2;
    }
}
