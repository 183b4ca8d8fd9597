namespace Braid.Verification.Lessons;

/// <summary>What samples/lessons/add_subtract.cs teaches: as many additions as subtractions, and the sum is not 0.</summary>
internal static class AddSubtract
{
    private const int Times = 3;

    public static void Buggy()
    {
        int value = 0;
        var adder = new Threading.Thread(() => Repeat(() => value++));
        adder.Start();
        Repeat(() => value--);
        adder.Join();
        Claim.That(value == 0, "the sum is 0");
    }

    public static void Fixed()
    {
        int value = 0;
        var gate = new Threading.Lock();
        var adder = new Threading.Thread(() => Repeat(() => Change(1)));
        adder.Start();
        Repeat(() => Change(-1));
        adder.Join();
        Claim.That(value == 0, "the sum is 0");

        void Change(int by)
        {
            using (gate.EnterScope())
            {
                value += by;
            }
        }
    }

    private static void Repeat(Action step)
    {
        for (int i = 0; i < Times; i++)
        {
            step();
        }
    }
}
