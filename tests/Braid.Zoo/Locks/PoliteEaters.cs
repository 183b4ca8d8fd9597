namespace BugZoo.Locks;

/// <summary>Two share a spoon. Who has it and sees that the other is hungry puts it down again. When both are hungry, both are polite forever.</summary>
internal static class PoliteEaters
{
    public static void Buggy() => Run(courtesies: int.MaxValue);

    public static void Fixed() => Run(courtesies: 1);

    private static void Run(int courtesies)
    {
        object spoon = new();
        var first = new Eater();
        var second = new Eater();
        Crew.Run(() => Eat(first, second, spoon, courtesies), () => Eat(second, first, spoon, courtesies));
        Claim.That(!first.IsHungry && !second.IsHungry, "both have eaten");
    }

    private static void Eat(Eater me, Eater other, object spoon, int courtesies)
    {
        me.IsHungry = true;
        while (me.IsHungry)
        {
            if (Monitor.TryEnter(spoon))
            {
                try
                {
                    me.IsHungry = other.IsHungry && courtesies-- > 0;
                }
                finally
                {
                    Monitor.Exit(spoon);
                }
            }

            Thread.Yield();
        }
    }

    private sealed class Eater
    {
        public volatile bool IsHungry;
    }
}
