using System.Threading.Tasks.Sources;

namespace Braid.Waiting;

/// <summary>An await that gets a number with its grant.</summary>
internal sealed class TicketWaiter : AsyncWaiter, IValueTaskSource<(bool Granted, long Ticket)>
{
    public static TicketWaiter Rent() => WaiterPool<TicketWaiter>.Rent() ?? new TicketWaiter();

    public ValueTask<(bool Granted, long Ticket)> AsTask() => new(this, Version);

    (bool Granted, long Ticket) IValueTaskSource<(bool Granted, long Ticket)>.GetResult(short token)
    {
        long ticket = Ticket;
        return (Finish(token), ticket);
    }

    protected override void Recycle() => WaiterPool<TicketWaiter>.Return(this);
}
