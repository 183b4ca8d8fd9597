namespace BugZoo.Literature;

/// <summary>Each takes the fork at its left and then the one at its right. In the fixed table one of them begins at its right.</summary>
internal static class Philosophers
{
    public static void Buggy3() => Dine(3, oneIsDifferent: false);

    public static void Buggy5() => Dine(5, oneIsDifferent: false);

    public static void Buggy7() => Dine(7, oneIsDifferent: false);

    public static void Fixed3() => Dine(3, oneIsDifferent: true);

    public static void Fixed5() => Dine(5, oneIsDifferent: true);

    public static void Fixed7() => Dine(7, oneIsDifferent: true);

    private static void Dine(int count, bool oneIsDifferent)
    {
        var forks = new Lock[count];
        for (int i = 0; i < count; i++)
        {
            forks[i] = new Lock();
        }

        var philosophers = new Action[count];
        for (int i = 0; i < count; i++)
        {
            Lock left = forks[i];
            Lock right = forks[(i + 1) % count];
            philosophers[i] = oneIsDifferent && i == count - 1 ? () => Eat(right, left) : () => Eat(left, right);
        }

        Crew.Run(philosophers);
    }

    private static void Eat(Lock first, Lock second)
    {
        lock (first)
        {
            lock (second)
            {
            }
        }
    }
}
