namespace Braid.Checking.Engine;

/// <summary>What an operating-system thread waits for while others run: the permission to run.</summary>
/// <remarks>
/// Of all the threads of an exploration one runs and the others each wait at their own baton. Handing over is the price of every
/// switch, so whoever waits looks for a while before it sleeps. Only the one who gave last does look (it is the likeliest to be
/// given back, and two who look would take the processor from the one who runs); the others, seeing that another has begun, sleep.
/// Giving and getting are full fences, so whatever the one wrote before, the other sees.
/// </remarks>
internal sealed class Baton
{
    private const int Absent = 0;
    private const int Present = 1;
    private const int Asleep = 2;

    private static readonly int s_looks = Environment.ProcessorCount == 1 ? 0 : 600;

    // Absent, Present, or Asleep: absent, and the owner sleeps on this object. Exchanged by giver and owner.
    private int _state;

    /// <summary>Lets the owner run. To be called once for each <see cref="Await"/>.</summary>
    public void Give()
    {
        if (Interlocked.Exchange(ref _state, Present) == Asleep)
        {
            lock (this)
            {
                Monitor.Pulse(this);
            }
        }
    }

    /// <summary>Waits until this is given.</summary>
    /// <param name="lookers">Counts who begins to look, for all threads of the exploration together.</param>
    public void Await(ref int lookers)
    {
        int mine = Interlocked.Increment(ref lookers);
        for (int i = 0; i < s_looks && Volatile.Read(ref lookers) == mine; i++)
        {
            if (Volatile.Read(ref _state) == Present)
            {
                Volatile.Write(ref _state, Absent);
                return;
            }

            Thread.SpinWait(4);
        }

        Sleep();
    }

    private void Sleep()
    {
        lock (this)
        {
            if (Interlocked.CompareExchange(ref _state, Asleep, Absent) == Absent)
            {
                while (Volatile.Read(ref _state) == Asleep)
                {
                    Monitor.Wait(this);
                }
            }

            Volatile.Write(ref _state, Absent);
        }
    }
}
