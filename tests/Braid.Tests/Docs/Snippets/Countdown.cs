namespace Braid.Tests;

#region countdown class
internal sealed class Countdown(int from) : Threading.Thread(name: "countdown")
{
    protected override void Run()
    {
        for (int n = from; n > 0; n--)
        {
            Console.WriteLine($"{Name}: {n}");
        }
    }
}
#endregion
