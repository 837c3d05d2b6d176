from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Query
from pydantic import BaseModel, Field

app = FastAPI(title="Shop")


class NewItem(BaseModel):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)
    note: str | None = None


class Item(NewItem):
    id: int


items: dict[int, Item] = {}


class Pages(BaseModel):
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0)


def admin(x_token: Annotated[str, Header()]):
    if x_token != "secret":
        raise HTTPException(403, "Wrong token")


@app.post("/items", status_code=201, dependencies=[Depends(admin)])
def create_item(item: NewItem) -> Item:
    items[len(items) + 1] = made = Item(id=len(items) + 1, **item.model_dump())
    return made


@app.get("/items/{item_id}")
def read_item(item_id: int) -> Item:
    if item_id not in items:
        raise HTTPException(404, "No such item")
    return items[item_id]


@app.get("/items")
def list_items(pages: Annotated[Pages, Query()]) -> list[Item]:
    return list(items.values())[pages.offset :][: pages.limit]
