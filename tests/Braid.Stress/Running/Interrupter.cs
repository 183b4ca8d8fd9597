namespace Braid.Stress;

/// <summary>Interrupts blocking workers now and then, wherever they are.</summary>
internal sealed class Interrupter : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stops;   // written by whoever disposes

    public Interrupter(int seed, Worker[] victims)
    {
        var random = new Random(seed);
        _thread = new Thread(() =>
        {
            while (!_stops && victims.Length > 0)
            {
                Thread.Sleep(random.Next(3));
                victims[random.Next(victims.Length)].Thread!.Interrupt();
            }
        })
        { IsBackground = true, Name = "interrupter" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
    }
}
